"""An offline voice assistant for two people: nightly check-ins and guided repair."""

__version__ = "0.1.0"
