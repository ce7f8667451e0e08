"""Melanoscope: find melanoma in dermoscopic photographs. Research use only; not a medical device."""
