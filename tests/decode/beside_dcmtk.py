"""Every deliberate difference between what DCMTK's dcmsend and ours send of a compressed file to an implicit-only peer.

A file that differs otherwise than this table says fails, and so does an entry that no longer differs. What may differ:
``sent`` (ours is, DCMTK's is not), ``pixels`` (the bytes of Pixel Data), and the keywords of group 0028.
"""

from __future__ import annotations

#: reason, what differs, the files
TABLE: tuple[tuple[str, str, str], ...] = (
    (
        "DCMTK 3.6.7 has no decoder for the transfer syntax",
        "sent",
        """
        odd/pydicomdata__HTJ2KLossless_08_RGB.dcm odd/pylibjpegdata__ELSCINT1_JP2vsJ2K.dcm
        valid/chafeyhtj2k__MR4_JPH.dcm valid/chafeyhtj2k__NM1_JPH.dcm valid/chafeyhtj2k__US1_JPH.dcm
        valid/dcmqats__9.dcm valid/msdicomserver__Microsoft.Health.Dicom.Core.UnitTests_TestFiles_Input1.dcm
        valid/msdicomserver__TranscoderTestsFiles_FromJPEG2000Lossy_Input.dcm
        valid/nibabel__slicethickness_empty_string.dcm valid/pydicom__GDCMJ2K_TextGBR.dcm
        valid/pydicom__J2K_pixelrep_mismatch.dcm valid/pydicom__JPEG2000.dcm valid/pydicom__MR_small_jp2klossless.dcm
        valid/pydicom__SC_rgb_gdcm_KY.dcm valid/pydicom__pydicom_examples_jpeg2k.dcm valid/pydicomdata__US1_J2KI.dcm
        valid/pydicomdata__emri_small_jpeg_2k_lossless.dcm valid/pydicomdata__explicit_VR-UN.dcm
        valid/pydicomdata__liver_deflate.dcm valid/pydicomdata__liver_j2k.dcm
        valid/pylibjpegdata__TOSHIBA_J2K_SIZ0_PixRep1.dcm
        """,
    ),
    ("DCMTK's RLE decoder knows no pixels of one bit", "sent", "valid/pydicomdata__liver_rle.dcm"),
    (
        "DCMTK refuses a JPEG-LS stream whose precision is less than Bits Allocated says, though Bits Stored agrees",
        "sent",
        "valid/pydicomdata__JLSL_08_07_0_1F.dcm",
    ),
    (
        "lossy JPEG of 12 bits: the inverse transform may round in another way",
        "pixels",
        """
        valid/cswado__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm
        valid/cswado__CTImage_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm valid/pydicom__JPEG-lossy.dcm
        valid/pydicom__JPGExtended.dcm
        """,
    ),
)

#: path → what differs, and the reason
DIFFERENCES: dict[str, tuple[set[str], str]] = {
    path: (set(what.split()), reason) for reason, what, paths in TABLE for path in paths.split()
}
