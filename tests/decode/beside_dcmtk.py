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
        "lossy JPEG: the inverse transform may round, and chroma is interpolated in another way",
        "pixels",
        """
        odd/deiddata__ctbrain2.dcm odd/fodicom__GH195.dcm
        odd/msdicomserver__Microsoft.Health.Dicom.Tests.Common_TranscodingSamples_JPEGProcess2_4.dcm
        valid/cswado__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm
        valid/cswado__CTImage_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm
        valid/deiddata__deid_data_dicom-cookies_image6.dcm valid/fodicom__HasFragmentSequence.dcm
        valid/gcpadapter__1.2.840.113543.6.6.1.1.2.2415947926921624359.201235357587280.dcm
        valid/gcpadapter__dicom_util_resources_img_1.0.0.0.dcm
        valid/msdicomserver__TranscoderTestsFiles_FromJPEGProcess1_Input.dcm valid/pydicom__JPEG-lossy.dcm
        valid/pydicom__JPGExtended.dcm valid/pydicom__SC_jpeg_no_color_transform.dcm
        valid/pydicom__SC_rgb_dcmtk_+eb+cr.dcm valid/pydicom__SC_rgb_dcmtk_+eb+cy+n1.dcm
        valid/pydicom__SC_rgb_dcmtk_+eb+cy+np.dcm valid/pydicom__SC_rgb_jpeg_app14_dcmd.dcm
        valid/pydicom__SC_rgb_jpeg_lossy_gdcm.dcm valid/pydicom__pydicom_examples_ybr_color.dcm
        valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm valid/pylibjpegdata__JPEGExtended_3s_1f_u_08_08.dcm
        valid/pylibjpegdata__SC_rgb_jpeg_lossy_gdcm.dcm
        """,
    ),
)

#: path → what differs, and the reason
DIFFERENCES: dict[str, tuple[set[str], str]] = {
    path: (set(what.split()), reason) for reason, what, paths in TABLE for path in paths.split()
}
