"""What becomes of each file on which decoders disagree (``decode_disagreements.tsv``), and why.

The first number of a row is the largest distance from the pixels that DCMTK's dcmsend sends, where it sends any.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arrives:
    """It is sent: within ``bound`` of DCMTK's pixels, with this Photometric Interpretation ("" for no pixel data)."""

    bound: int
    photometric: str
    why: str


@dataclass(frozen=True)
class Refused:
    """It is not sent: dcmsend ends with this code, and a line that matches the pattern says what is wrong."""

    code: int
    says: str
    why: str


NOT_SENT, INVALID_INPUT = 62, 22

ROUNDING = "the inverse transform of a lossy JPEG of 12 bits may round (T.83): one step away from DCMTK's"
LIBJPEG = "decoders round and interpolate in their own ways (T.83, T.81 A.1.1); libjpeg's is DCMTK's"
WAVELET = "DCMTK has no decoder; the plugin and FFmpeg are one step apart"
FRAGMENTS = "the fragments do not fit the file: nothing of it is a frame for certain"
UNENCAPSULATED = "a native transfer syntax cannot hold fragments (PS3.5 A.1, A.2)"
STRIPES = "an RLE header must have a segment for each byte of a sample (PS3.5 G.2): any pixel would be a guess"

ANSWERS: dict[str, Arrives | Refused] = {
    "fuzz/TC0321_encap_empty_bot.dcm": Refused(NOT_SENT, "(?i)jpeg", "what the fragment holds is no JPEG stream"),
    "fuzz/TC0709_encap_frag_len_maxuint.dcm": Refused(NOT_SENT, "does not fit its sequence", FRAGMENTS),
    "fuzz/TC0713_encap_frag_len_2gb.dcm": Refused(NOT_SENT, "is truncated", FRAGMENTS),
    "fuzz/TC0717_encap_frag_len_1_data_64.dcm": Refused(NOT_SENT, "does not fit its sequence", FRAGMENTS),
    "fuzz/TC0721_encap_frag_len_int_max.dcm": Refused(NOT_SENT, "is truncated", FRAGMENTS),
    "fuzz/TC0725_encap_bad_bot_offsets.dcm": Refused(NOT_SENT, "only an encapsulated transfer syntax", UNENCAPSULATED),
    "fuzz/TC0847_rle_seg_offset_oob.dcm": Refused(NOT_SENT, "(?i)rle|segment", STRIPES),
    "fuzz/TC0851_rle_seg_expand_bomb.dcm": Refused(NOT_SENT, "(?i)rle|segment", STRIPES),
    "fuzz/TC0855_rle_zero_segments.dcm": Refused(NOT_SENT, "(?i)rle|segment", STRIPES),
    "fuzz/TC0957_jpegls_huge_near.dcm": Refused(
        NOT_SENT, "(?i)near", "NEAR is larger than half of the range of samples (T.87 C.2.3)"
    ),
    "media/pydicom_dicomdirtests/DICOMDIR-bigEnd": Refused(
        INVALID_INPUT, "Invalid SOP Class UID", "a DICOMDIR is no instance that could be stored"
    ),
    "odd/deiddata__ctbrain2.dcm": Arrives(0, "RGB", LIBJPEG),
    "odd/fodicom__GH195.dcm": Arrives(0, "RGB", LIBJPEG),
    "odd/msdicomserver__Microsoft.Health.Dicom.Tests.Common_TranscodingSamples_JPEGProcess2_4.dcm": Arrives(
        0, "RGB", LIBJPEG
    ),
    "odd/pydicom__JPEG2000-embedded-sequence-delimiter.dcm": Refused(
        NOT_SENT, "(?i)decode", "its code stream is damaged: no decoder gets a frame out of it"
    ),
    "odd/pydicom__SC_rgb_jpeg.dcm": Refused(
        NOT_SENT, "Bad DICOM file", "the data set is encoded in implicit VR, which its transfer syntax is not"
    ),
    "odd/pydicom__rtdose_expb.dcm": Arrives(
        0, "MONOCHROME2", "words of 16 bits are swapped, as OW wants it (PS3.5 7.3), and as DCMTK does"
    ),
    "odd/pydicom__rtdose_expb_1frame.dcm": Arrives(
        0, "MONOCHROME2", "words of 16 bits are swapped, as OW wants it (PS3.5 7.3), and as DCMTK does"
    ),
    "odd/pydicomdata__emri_small_jpeg_2k_lossless_too_short.dcm": Refused(
        NOT_SENT, "is truncated", "the file ends within its pixel data"
    ),
    "odd/pylibjpegdata__ELSCINT1_JP2vsJ2K.dcm": Arrives(0, "MONOCHROME2", WAVELET),
    "valid/cswado__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm": Arrives(1, "MONOCHROME2", ROUNDING),
    "valid/cswado__CTImage_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm": Arrives(
        1, "MONOCHROME2", ROUNDING
    ),
    "valid/deiddata__deid_data_dicom-cookies_image6.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/fodicom__HasFragmentSequence.dcm": Arrives(0, "MONOCHROME2", LIBJPEG),
    "valid/fodicom__Issue1097_FailToOpenDeflatedFileWithSQ.dcm": Arrives(0, "", "it has no pixel data"),
    "valid/gcpadapter__1.2.840.113543.6.6.1.1.2.2415947926921624359.201235357587280.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/gcpadapter__dicom_util_resources_img_1.0.0.0.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/msdicomserver__TranscoderTestsFiles_FromJPEG2000Lossy_Input.dcm": Arrives(0, "RGB", WAVELET),
    "valid/msdicomserver__TranscoderTestsFiles_FromJPEGProcess1_Input.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__JPEG-lossy.dcm": Arrives(
        1, "MONOCHROME2", ROUNDING + "; its scan has parameters of lossless streams, which no decoder needs"
    ),
    "valid/pydicom__JPEG2000.dcm": Arrives(0, "MONOCHROME2", WAVELET),
    "valid/pydicom__JPGExtended.dcm": Arrives(1, "MONOCHROME2", ROUNDING),
    "valid/pydicom__SC_jpeg_no_color_transform.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+n1.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+np.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__SC_rgb_jpeg_app14_dcmd.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__SC_rgb_jpeg_lossy_gdcm.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicom__pydicom_examples_ybr_color.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pydicomdata__US1_J2KI.dcm": Arrives(0, "RGB", WAVELET),
    "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm": Arrives(0, "MONOCHROME2", LIBJPEG),
    "valid/pylibjpegdata__JPEGExtended_3s_1f_u_08_08.dcm": Arrives(0, "RGB", LIBJPEG),
    "valid/pylibjpegdata__SC_rgb_jpeg_lossy_gdcm.dcm": Arrives(0, "RGB", LIBJPEG),
}
