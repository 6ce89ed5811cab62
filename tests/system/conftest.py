"""What tests of whole systems may ask for."""

from tests.support.embedded_system import first_run, shared_system, stopped, system

__all__ = ["first_run", "shared_system", "stopped", "system"]
