"""What turns one transfer syntax into another beyond the reach of the kernels: deflated data sets."""
