"""What is to be sent, and how: inputs, presentation contexts, routes. Pure but for ``paths`` and ``inspect``."""
