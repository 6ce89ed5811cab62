"""The reference data that the service ships (``data/``, whose README says where each file comes from)."""
