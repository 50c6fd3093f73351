"""Judges of the re-encoding kernel: a generator of data sets, a slow twin, pydicom and DCMTK."""
