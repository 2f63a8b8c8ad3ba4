"""The language of presets: its keys, its values, and where presets are found."""
