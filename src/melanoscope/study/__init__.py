"""One bundle on labelled photographs: all that can be measured of it, in one folder."""
