"""What our decoders make of each image on which decoders disagree (``decode_disagreements.tsv``), and why.

path → (largest distance of a sample from DCMTK's, why). A str in place of the row is what the refusal says.
"""

from __future__ import annotations

LIBJPEG = "decoders round and interpolate in their own ways (T.83, T.81 A.1.1); libjpeg's is DCMTK's"
SAME_LABEL = LIBJPEG + "; labelled RGB, though the stream is YCbCr: as DCMTK, what the label says is left alone"
ROUNDING = "12 bits: inverse DCT of another rounding (T.83 allows one step)"
SCAN = ROUNDING + "; its scan header has zeros for the spectral selection, which must be 0 to 63"

JPEG: dict[str, tuple[int, str] | str] = {
    "fuzz/TC0321_encap_empty_bot.dcm": "its JPEG stream has a damaged segment, at byte 4",
    "odd/deiddata__ctbrain2.dcm": (0, LIBJPEG),
    "odd/fodicom__GH195.dcm": (0, SAME_LABEL),
    "odd/msdicomserver__Microsoft.Health.Dicom.Tests.Common_TranscodingSamples_JPEGProcess2_4.dcm": (0, SAME_LABEL),
    "valid/cswado__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm": (1, ROUNDING),
    "valid/cswado__CTImage_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm": (1, ROUNDING),
    "valid/deiddata__deid_data_dicom-cookies_image6.dcm": (0, LIBJPEG),
    "valid/fodicom__HasFragmentSequence.dcm": (0, LIBJPEG),
    "valid/gcpadapter__1.2.840.113543.6.6.1.1.2.2415947926921624359.201235357587280.dcm": (0, LIBJPEG),
    "valid/gcpadapter__dicom_util_resources_img_1.0.0.0.dcm": (0, LIBJPEG),
    "valid/msdicomserver__TranscoderTestsFiles_FromJPEGProcess1_Input.dcm": (0, LIBJPEG),
    "valid/pydicom__JPEG-lossy.dcm": (1, SCAN),
    "valid/pydicom__JPGExtended.dcm": (1, ROUNDING),
    "valid/pydicom__SC_jpeg_no_color_transform.dcm": (0, LIBJPEG),
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+n1.dcm": (0, LIBJPEG),
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+np.dcm": (0, LIBJPEG),
    "valid/pydicom__SC_rgb_jpeg_app14_dcmd.dcm": (0, LIBJPEG),
    "valid/pydicom__SC_rgb_jpeg_lossy_gdcm.dcm": (0, LIBJPEG),
    "valid/pydicom__pydicom_examples_ybr_color.dcm": (0, LIBJPEG),
    "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm": (0, LIBJPEG),
    "valid/pylibjpegdata__JPEGExtended_3s_1f_u_08_08.dcm": (0, LIBJPEG),
    "valid/pylibjpegdata__SC_rgb_jpeg_lossy_gdcm.dcm": (0, SAME_LABEL),
}

#: DCMTK cannot read its data set (an implicit one under an explicit transfer syntax)
UNREADABLE = "odd/pydicom__SC_rgb_jpeg.dcm"

#: these are what OpenJPEG makes of them, in two packages; FFmpeg is one step apart. DCMTK has no decoder
JPEG2000: dict[str, str] = {
    "odd/pydicom__JPEG2000-embedded-sequence-delimiter.dcm": "3722445056 columns",
    "odd/pylibjpegdata__ELSCINT1_JP2vsJ2K.dcm": "",
    "valid/msdicomserver__TranscoderTestsFiles_FromJPEG2000Lossy_Input.dcm": "",
    "valid/pydicom__JPEG2000.dcm": "",
    "valid/pydicomdata__US1_J2KI.dcm": "",
}
#: it has no pixel data at all: the file ends before
NO_IMAGE = "odd/pydicomdata__emri_small_jpeg_2k_lossless_too_short.dcm"
