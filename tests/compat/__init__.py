"""The same command line to DCMTK's tool and to ours, each against a recording SCP of its own, and what differs."""
