"""Pictures and papers that staff upload."""
