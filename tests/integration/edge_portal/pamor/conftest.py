"""A counter with Pamor, and one of their phones."""

from __future__ import annotations

import pytest
from flask import Flask

from edge_node.edge import Edge
from registration.lifecycle import Role
from tests.integration.edge_portal.pamor.kit import (
    PASSWORD,
    FieldPhone,
)
from vault import accounts
from vault.engine import writing


@pytest.fixture
def edge(edge: Edge) -> Edge:
    with writing(edge.vault.engine) as connection:
        for username, role in (("joko", Role.PAMOR), ("asep", Role.PAMOR), ("siti", Role.PETUGAS)):
            accounts.add_account(connection, edge.vault, username, username, role, PASSWORD)
    return edge


@pytest.fixture
def rw(app: Flask) -> FieldPhone:
    phone = FieldPhone(app.test_client())
    assert phone.sign_in().status_code == 200
    return phone
