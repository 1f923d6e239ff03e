"""RNAssess: measured evidence for radiation necrosis versus true tumour progression after SRS.

Research use only. Not a medical device. It supports a reader and never prints a diagnosis.
"""

__version__ = "0.1.0"
