"""The upper layer protocol (PS3.8 9, PS3.7 D.3) without I/O and without a clock: bytes in, events out, bytes out."""
