"""How much room the disk has: photos are refused first, then new requests; all else goes on."""

from __future__ import annotations

import shutil
from enum import Enum, auto

from edge_node.edge import Edge
from registration.texts import N_, Sentence

_MIB = 1 << 20

NO_PHOTOS = Sentence(
    N_(
        "Penyimpanan perangkat ini hampir penuh, jadi foto belum bisa disimpan. Permohonan tetap "
        "bisa diajukan tanpa foto; fotonya menyusul. Beri tahu admin."
    )
)
NO_REQUESTS = Sentence(
    N_(
        "Penyimpanan perangkat ini penuh, jadi permohonan baru belum bisa disimpan. Isian masih "
        "ada di layar ini. Yang sudah tersimpan tetap aman dan tetap dikirim. Hubungi admin "
        "sekarang."
    )
)


class Room(Enum):
    """What still fits."""

    ENOUGH = auto()
    NO_PHOTOS = auto()
    NO_REQUESTS = auto()


def room(edge: Edge) -> Room:
    """What still fits on the disk that holds the database.

    What is kept free lets syncing, acts on what is there, and the database's own journal go on.
    """
    free = shutil.disk_usage(edge.settings.data).free / _MIB
    if free < edge.settings.free_mib_requests:
        return Room.NO_REQUESTS
    return Room.NO_PHOTOS if free < edge.settings.free_mib_photos else Room.ENOUGH
