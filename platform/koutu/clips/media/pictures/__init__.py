"""Single pictures and numbered folders of them: JPEG, PNG, TIFF and EXR, as frames."""
