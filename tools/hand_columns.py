"""What the tables hold beyond the UID dictionary: names and codes of DCMTK's tools, and properties set by hand.

The codes and symbols are interface: log lines, report files and negotiation profiles of DCMTK's storescu and dcmsend
show them, and scripts look for them.
"""

#: stands for the ``~`` of the columns below
STORAGE_PREFIX = "1.2.840.10008.5.1.4.1.1."

#: transfer syntaxes that are younger than the dictionary: (UID, name, keyword)
YOUNG_TRANSFER_SYNTAXES = (
    ("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", "JPEGXLLossless"),
    ("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "JPEGXLJPEGRecompression"),
    ("1.2.840.10008.1.2.4.112", "JPEG XL", "JPEGXL"),
    ("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "DeflatedImageFrameCompression"),
)

#: storage SOP classes that are younger than the dictionary: (UID, keyword)
YOUNG_STORAGE_CLASSES = (
    ("1.2.840.10008.5.1.4.1.1.9.100.1", "WaveformPresentationStateStorage"),
    ("1.2.840.10008.5.1.4.1.1.9.100.2", "WaveformAcquisitionPresentationStateStorage"),
    ("1.2.840.10008.5.1.4.1.1.66.7", "LabelMapSegmentationStorage"),
    ("1.2.840.10008.5.1.4.1.1.66.8", "HeightMapSegmentationStorage"),
)

#: names of the dictionary with the word Storage that are not storage SOP classes
NOT_STORAGE = (
    "1.2.840.10008.1.3.10",
    "1.2.840.10008.1.20.1",
    "1.2.840.10008.1.20.2",
)

#: (UID after 1.2.840.10008.1, kind, loss, decoder), as explained where the table is, in uids.py
TRANSFER_SYNTAXES = (
    (".2", "native", "none", ""),
    (".2.1", "native", "none", ""),
    (".2.1.98", "encapsulated", "none", "uncompressed"),
    (".2.1.99", "deflated", "lossless", "deflate"),
    (".2.2", "native", "none", ""),
    (".2.4.50", "encapsulated", "lossy", "jpeg"),
    (".2.4.51", "encapsulated", "lossy", "jpeg"),
    (".2.4.52", "encapsulated", "lossy", ""),
    (".2.4.53", "encapsulated", "lossy", "jpeg"),
    (".2.4.54", "encapsulated", "lossy", ""),
    (".2.4.55", "encapsulated", "lossy", "jpeg"),
    (".2.4.56", "encapsulated", "lossy", ""),
    (".2.4.57", "encapsulated", "lossless", "jpeg"),
    (".2.4.58", "encapsulated", "lossless", ""),
    (".2.4.59", "encapsulated", "lossy", ""),
    (".2.4.60", "encapsulated", "lossy", ""),
    (".2.4.61", "encapsulated", "lossy", ""),
    (".2.4.62", "encapsulated", "lossy", ""),
    (".2.4.63", "encapsulated", "lossy", ""),
    (".2.4.64", "encapsulated", "lossy", ""),
    (".2.4.65", "encapsulated", "lossless", ""),
    (".2.4.66", "encapsulated", "lossless", ""),
    (".2.4.70", "encapsulated", "lossless", "jpeg"),
    (".2.4.80", "encapsulated", "lossless", "jpegls"),
    (".2.4.81", "encapsulated", "lossy", "jpegls"),
    (".2.4.90", "encapsulated", "lossless", "jpeg2000"),
    (".2.4.91", "encapsulated", "lossy", "jpeg2000"),
    (".2.4.92", "encapsulated", "lossless", ""),
    (".2.4.93", "encapsulated", "lossy", ""),
    (".2.4.94", "referenced", "unknown", ""),
    (".2.4.95", "referenced", "unknown", ""),
    (".2.4.100", "encapsulated", "lossy", ""),
    (".2.4.100.1", "encapsulated", "lossy", ""),
    (".2.4.101", "encapsulated", "lossy", ""),
    (".2.4.101.1", "encapsulated", "lossy", ""),
    (".2.4.102", "encapsulated", "lossy", ""),
    (".2.4.102.1", "encapsulated", "lossy", ""),
    (".2.4.103", "encapsulated", "lossy", ""),
    (".2.4.103.1", "encapsulated", "lossy", ""),
    (".2.4.104", "encapsulated", "lossy", ""),
    (".2.4.104.1", "encapsulated", "lossy", ""),
    (".2.4.105", "encapsulated", "lossy", ""),
    (".2.4.105.1", "encapsulated", "lossy", ""),
    (".2.4.106", "encapsulated", "lossy", ""),
    (".2.4.106.1", "encapsulated", "lossy", ""),
    (".2.4.107", "encapsulated", "lossy", ""),
    (".2.4.108", "encapsulated", "lossy", ""),
    (".2.4.110", "encapsulated", "lossless", ""),
    (".2.4.111", "encapsulated", "lossy", ""),
    (".2.4.112", "encapsulated", "lossy", ""),
    (".2.4.201", "encapsulated", "lossless", "jpeg2000"),
    (".2.4.202", "encapsulated", "lossless", "jpeg2000"),
    (".2.4.203", "encapsulated", "lossy", "jpeg2000"),
    (".2.4.204", "referenced", "unknown", ""),
    (".2.4.205", "referenced", "unknown", ""),
    (".2.5", "encapsulated", "lossless", "rle"),
    (".2.6.1", "other", "unknown", ""),
    (".2.6.2", "other", "unknown", ""),
    (".2.7.1", "other", "unknown", ""),
    (".2.7.2", "other", "unknown", ""),
    (".2.7.3", "other", "unknown", ""),
    (".2.8.1", "encapsulated", "lossless", "deflate-frame"),
    (".20", "other", "unknown", ""),
)

#: (UID after 1.2.840.10008.1, DCMTK's name) of the transfer syntaxes whose name is not the dictionary's
TRANSFER_SYNTAX_NAMES = (
    (".2", "Little Endian Implicit"),
    (".2.1", "Little Endian Explicit"),
    (".2.2", "Big Endian Explicit"),
    (".2.4.50", "JPEG Baseline"),
    (".2.4.51", "JPEG Extended, Process 2+4"),
    (".2.4.52", "JPEG Extended, Process 3+5"),
    (".2.4.53", "JPEG Spectral Selection, Non-hierarchical, Process 6+8"),
    (".2.4.54", "JPEG Spectral Selection, Non-hierarchical, Process 7+9"),
    (".2.4.55", "JPEG Full Progression, Non-hierarchical, Process 10+12"),
    (".2.4.56", "JPEG Full Progression, Non-hierarchical, Process 11+13"),
    (".2.4.57", "JPEG Lossless, Non-hierarchical, Process 14"),
    (".2.4.58", "JPEG Lossless, Non-hierarchical, Process 15"),
    (".2.4.59", "JPEG Extended, Hierarchical, Process 16+18"),
    (".2.4.60", "JPEG Extended, Hierarchical, Process 17+19"),
    (".2.4.61", "JPEG Spectral Selection, Hierarchical, Process 20+22"),
    (".2.4.62", "JPEG Spectral Selection, Hierarchical, Process 21+23"),
    (".2.4.63", "JPEG Full Progression, Hierarchical, Process 24+26"),
    (".2.4.64", "JPEG Full Progression, Hierarchical, Process 25+27"),
    (".2.4.65", "JPEG Lossless, Hierarchical, Process 28"),
    (".2.4.66", "JPEG Lossless, Hierarchical, Process 29"),
    (".2.4.70", "JPEG Lossless, Non-hierarchical, 1st Order Prediction"),
    (".2.4.80", "JPEG-LS Lossless"),
    (".2.4.81", "JPEG-LS Lossy (Near-lossless)"),
    (".2.4.90", "JPEG 2000 (Lossless only)"),
    (".2.4.91", "JPEG 2000 (Lossless or Lossy)"),
    (".2.4.92", "JPEG 2000 Part 2 Multicomponent Image Compression (Lossless only)"),
    (".2.4.93", "JPEG 2000 Part 2 Multicomponent Image Compression (Lossless or Lossy)"),
    (".2.4.100", "MPEG2 Main Profile @ Main Level"),
    (".2.4.101", "MPEG2 Main Profile @ High Level"),
)

#: (UID after 1.2.840.10008.1, DCMTK's symbol) of the transfer syntaxes whose symbol is not the dictionary's keyword
TRANSFER_SYNTAX_SYMBOLS = (
    (".2", "LittleEndianImplicit"),
    (".2.1", "LittleEndianExplicit"),
    (".2.1.99", "DeflatedLittleEndianExplicit"),
    (".2.2", "BigEndianExplicit"),
    (".2.4.50", "JPEGBaseline"),
    (".2.4.51", "JPEGExtended:Process2+4"),
    (".2.4.52", "JPEGExtended:Process3+5"),
    (".2.4.53", "JPEGSpectralSelection:Non-hierarchical:Process6+8"),
    (".2.4.54", "JPEGSpectralSelection:Non-hierarchical:Process7+9"),
    (".2.4.55", "JPEGFullProgression:Non-hierarchical:Process10+12"),
    (".2.4.56", "JPEGFullProgression:Non-hierarchical:Process11+13"),
    (".2.4.57", "JPEGLossless:Non-hierarchical:Process14"),
    (".2.4.58", "JPEGLossless:Non-hierarchical:Process15"),
    (".2.4.59", "JPEGExtended:Hierarchical:Process16+18"),
    (".2.4.60", "JPEGExtended:Hierarchical:Process17+19"),
    (".2.4.61", "JPEGSpectralSelection:Hierarchical:Process20+22"),
    (".2.4.62", "JPEGSpectralSelection:Hierarchical:Process21+23"),
    (".2.4.63", "JPEGFullProgression:Hierarchical:Process24+26"),
    (".2.4.64", "JPEGFullProgression:Hierarchical:Process25+27"),
    (".2.4.65", "JPEGLossless:Hierarchical:Process28"),
    (".2.4.66", "JPEGLossless:Hierarchical:Process29"),
    (".2.4.70", "JPEGLossless:Non-hierarchical-1stOrderPrediction"),
    (".2.4.81", "JPEGLSLossy"),
    (".2.4.90", "JPEG2000LosslessOnly"),
    (".2.4.92", "JPEG2000MulticomponentLosslessOnly"),
    (".2.4.93", "JPEG2000Multicomponent"),
    (".2.4.100", "MPEG2MainProfile@MainLevel"),
    (".2.4.101", "MPEG2MainProfile@HighLevel"),
    (".2.4.102", "MPEG4HighProfile/Level4.1"),
    (".2.4.103", "MPEG4BDcompatibleHighProfile/Level4.1"),
    (".2.4.104", "MPEG4HighProfile/Level4.2For2DVideo"),
    (".2.4.105", "MPEG4HighProfile/Level4.2For3DVideo"),
    (".2.4.106", "MPEG4StereoHighProfile/Level4.2"),
    (".2.4.107", "HEVCMainProfile/Level5.1"),
    (".2.4.108", "HEVCMain10Profile/Level5.1"),
    (".2.7.1", "SMPTEST2110-20:UncompressedProgressiveActiveVideo"),
    (".2.7.2", "SMPTEST2110-20:UncompressedInterlacedActiveVideo"),
    (".2.7.3", "SMPTEST2110-30:PCMDigitalAudio"),
)

#: the 64 storage SOP classes that storescu proposes by default, in the order of the proposal
DEFAULT_STORAGE_CLASSES = """
~9.1.3 ~88.11 ~9.4.1 ~11.4 ~9.3.1 ~88.65 ~88.69 ~11.2 ~88.33 ~1 ~2 ~1.3 ~1.3.1 ~1.2 ~1.2.1 ~1.1 ~1.1.1 ~104.1
~2.1 ~4.1 ~88.22 ~12.1.1 ~12.2.1 ~9.1.2 ~11.1 ~9.2.1 ~88.59 ~88.50 ~4 ~4.2 ~7.2 ~7.3 ~7.1 ~7.4 ~20 ~77.1.5.2
~77.1.5.1 ~77.1.5.4 ~128 ~88.40 ~11.3 ~66 ~67 ~481.4 ~481.6 ~481.2 ~481.1 ~481.5 ~481.3 ~481.7 ~7 ~66.2 ~66.1
~77.1.5.3 ~9.1.1 ~6.1 ~3.1 ~77.1.1 ~77.1.2 ~77.1.4 ~77.1.3 ~12.1 ~88.67 ~12.2
"""

#: UID=modality code of the log lines; a storage SOP class that is absent shows OT
MODALITIES = """
1.2.840.10008.5.1.1.27=SP 1.2.840.10008.5.1.1.29=HG 1.2.840.10008.5.1.1.30=HC ~1=CR ~1.1=DX ~1.1.1=DP ~1.2=DXm
~1.2.1=DPm ~1.3=DXo ~1.3.1=DPo ~2=CT ~2.1=CTe ~2.2=CTl ~3=USf ~3.1=USm ~4=MR ~4.1=MRe ~4.2=MRs ~4.3=MRc ~4.4=MRl
~5=NMr ~6=USr ~6.1=US ~6.2=USe ~6.3=PA ~7=SC ~7.1=SCs ~7.2=SCb ~7.3=SCw ~7.4=SCc ~8=OV ~9=CV ~9.1=WV_d
~9.1.1=TLE ~9.1.2=ECG ~9.1.3=ECA ~9.1.4=ECGh ~9.2.1=WVh ~9.3.1=WVc ~9.4.1=AUV ~9.4.2=AUG ~9.5.1=WVa ~9.6.1=WVr
~9.6.2=WVm ~9.7.1=EEG ~9.7.2=EMG ~9.7.3=EOG ~9.7.4=WVs ~9.8.1=WVb ~10=ML ~11=VO ~11.1=PSg ~11.2=PSc ~11.3=PSp
~11.4=PSb ~11.5=PSx ~11.6=VPg ~11.7=VPc ~11.8=PSa ~11.9=VPv ~11.10=VPs ~11.11=VPm ~11.12=PSv ~12.1=XA
~12.1.1=XAe ~12.2=RF ~12.2.1=RFe ~12.3=XB ~13.1.1=XA3 ~13.1.2=XC3 ~13.1.3=BT ~13.1.4=BX ~13.1.5=BP ~14.1=OCt
~14.2=OCp ~20=NM ~30=PM ~66=RAW ~66.1=RGs ~66.2=FID ~66.3=RGd ~66.4=SG ~66.5=SGs ~66.6=TR ~67=RWM ~68.1=SSm
~68.2=SSp ~77.1=VLr ~77.1.1=VLe ~77.1.1.1=VVe ~77.1.2=VLm ~77.1.2.1=VVm ~77.1.3=VLs ~77.1.4=VLp ~77.1.4.1=VVp
~77.1.5.1=OPb ~77.1.5.2=OPw ~77.1.5.3=OPr ~77.1.5.4=OPt ~77.1.5.5=OWs ~77.1.5.6=OW3 ~77.1.5.7=OCe ~77.1.5.8=OCb
~77.1.6=VLw ~77.1.7=VLd ~77.2=VMr ~78.1=OPl ~78.2=OPa ~78.3=OPk ~78.4=OPs ~78.5=OPv ~78.6=SRs ~78.7=OPx
~78.8=OPc ~79.1=SRg ~80.1=OPp ~81.1=OPm ~82.1=CM ~88.1=SR_t ~88.2=SR_a ~88.3=SR_d ~88.4=SR_c ~88.11=SRt
~88.22=SRe ~88.33=SRc ~88.34=SR3 ~88.35=SRx ~88.40=SRp ~88.50=SRm ~88.59=KO ~88.65=SRh ~88.67=SRd ~88.68=SRr
~88.69=SRo ~88.70=SRi ~88.71=SRa ~88.72=SRu ~88.73=SRq ~88.74=SRj ~88.75=SRi ~88.76=SRde ~90.1=AS ~91.1=MAs
~104.1=PDF ~104.2=CDA ~104.3=STL ~104.4=OBJ ~104.5=MTL ~128=PI ~128.1=PIl ~129=PC ~130=PIe ~131=SD ~200.1=PPcd
~200.2=PPcp ~200.3=PAp ~200.7=PPxd ~200.8=PPxp ~201.1=INV ~481.1=RI ~481.2=RD ~481.3=RS ~481.4=RTb ~481.5=RP
~481.6=RTr ~481.7=RTs ~481.8=RPi ~481.9=RTi ~481.10=RIp ~481.11=RAs ~481.12=RSe ~481.13=Rca ~481.14=Rto
~481.15=Rra ~481.16=RSr ~481.17=RRs ~481.18=RRt ~481.19=RRc ~481.20=RRr ~481.21=RSd ~481.22=RTp ~481.23=RIe
~481.24=RIc ~481.25=RPp ~501.1=CTs ~501.2.1=DXs ~501.2.2=DPs ~501.3=TDR ~501.4=AI2 ~501.5=AI3 ~501.6=QR
~601.1=EC ~601.2=ECm 1.2.840.10008.5.1.4.34.1=RB_d 1.2.840.10008.5.1.4.34.7=RTd 1.2.840.10008.5.1.4.34.10=RTa
1.2.840.10008.5.1.4.38.1=HP 1.2.840.10008.5.1.4.39.1=CP 1.2.840.10008.5.1.4.43.1=IT 1.2.840.10008.5.1.4.44.1=ITa
1.2.840.10008.5.1.4.45.1=ITg
"""

#: (UID, DCMTK's symbol) of the storage SOP classes whose symbol is not the dictionary's keyword
STORAGE_SYMBOLS = (
    ("~7.2", "MultiframeGrayscaleByteSecondaryCaptureImageStorage"),
    ("~7.3", "MultiframeGrayscaleWordSecondaryCaptureImageStorage"),
    ("~7.1", "MultiframeSingleBitSecondaryCaptureImageStorage"),
    ("~7.4", "MultiframeTrueColorSecondaryCaptureImageStorage"),
    ("~3.1", "UltrasoundMultiframeImageStorage"),
    ("1.2.840.10008.5.1.1.30", "RETIRED_HardcopyColorImageStorage"),
    ("1.2.840.10008.5.1.1.29", "RETIRED_HardcopyGrayscaleImageStorage"),
    ("~5", "RETIRED_NuclearMedicineImageStorage"),
    ("~9", "RETIRED_StandaloneCurveStorage"),
    ("~10", "RETIRED_StandaloneModalityLUTStorage"),
    ("~8", "RETIRED_StandaloneOverlayStorage"),
    ("~129", "RETIRED_StandalonePETCurveStorage"),
    ("~11", "RETIRED_StandaloneVOILUTStorage"),
    ("1.2.840.10008.5.1.1.27", "RETIRED_StoredPrintStorage"),
    ("~6", "RETIRED_UltrasoundImageStorage"),
    ("~3", "RETIRED_UltrasoundMultiframeImageStorage"),
    ("~77.1", "RETIRED_VLImageStorage"),
    ("~77.2", "RETIRED_VLMultiframeImageStorage"),
    ("~12.3", "RETIRED_XRayAngiographicBiPlaneImageStorage"),
    ("~88.2", "DRAFT_SRAudioStorage"),
    ("~88.4", "DRAFT_SRComprehensiveStorage"),
    ("~88.3", "DRAFT_SRDetailStorage"),
    ("~88.1", "DRAFT_SRTextStorage"),
    ("~9.1", "DRAFT_WaveformStorage"),
    ("1.2.840.10008.5.1.4.34.1", "DRAFT_RTBeamsDeliveryInstructionStorage"),
    ("~501.1", "DICOS_CTImageStorage"),
    ("~501.2.1", "DICOS_DigitalXRayImageStorageForPresentation"),
    ("~501.2.2", "DICOS_DigitalXRayImageStorageForProcessing"),
    ("~501.3", "DICOS_ThreatDetectionReportStorage"),
    ("~501.4", "DICOS_2DAITStorage"),
    ("~501.5", "DICOS_3DAITStorage"),
    ("~501.6", "DICOS_QuadrupoleResonanceStorage"),
    ("~601.1", "DICONDE_EddyCurrentImageStorage"),
    ("~601.2", "DICONDE_EddyCurrentMultiframeImageStorage"),
    ("~9.1.4", "General32BitECGWaveformStorage"),
)

#: (UID, DCMTK's symbol) of the other SOP classes whose symbol does not follow from the dictionary's keyword, and second
#: symbols of storage SOP classes
SERVICE_SYMBOLS = (
    ("1.2.840.10008.1.3.10", "MediaStorageDirectoryStorage"),
    ("~88.70", "ImplantationPlanSRDocumentStorage"),
    ("1.2.840.10008.5.1.4.37.1", "GeneralRelevantPatientInformationQuery"),
    ("1.2.840.10008.5.1.4.37.2", "BreastImagingRelevantPatientInformationQuery"),
    ("1.2.840.10008.5.1.4.37.3", "CardiacRelevantPatientInformationQuery"),
    ("1.2.840.10008.5.1.4.39.2", "FINDColorPaletteInformationModel"),
    ("1.2.840.10008.5.1.4.39.3", "MOVEColorPaletteInformationModel"),
    ("1.2.840.10008.5.1.4.39.4", "GETColorPaletteInformationModel"),
)
