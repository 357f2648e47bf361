"""One blueprint a feature, its templates in the folder of the same name."""
