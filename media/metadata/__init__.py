"""What a picture says of itself in EXIF, IPTC-IIM and XMP, and what we write into ours."""
