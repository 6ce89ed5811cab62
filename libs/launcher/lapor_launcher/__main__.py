"""``python -m lapor_launcher`` is ``lapor``."""

from lapor_launcher.cli import main

main()
