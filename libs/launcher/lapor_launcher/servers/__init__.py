"""RabbitMQ and PostgreSQL for tests and measurements, on whatever machine this is.

They come from, in this order: ``AMQP_URI`` and ``DATABASE_URL`` in the environment; a Docker engine; programs on the
machine, started privately on free ports in a temporary folder; as root on Debian, packages installed for it. However
the process that asked for them ends, nothing is left running.
"""

from lapor_launcher.servers.machine import ServerError
from lapor_launcher.servers.postgres import Postgres, postgresql
from lapor_launcher.servers.rabbit import Rabbit, rabbitmq

__all__ = ["Postgres", "Rabbit", "ServerError", "postgresql", "rabbitmq"]
