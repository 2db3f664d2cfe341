"""Run the command line as ``python -m voice_checkin``."""

from voice_checkin.cli.app import main

main()
