"""The only CSS of the product: cards, grid, tables, lights; two cards per row on a telephone."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

SHEET = Path(__file__).with_name("styles.css")


@lru_cache(maxsize=1)
def _sheet() -> str:
    return f"<style>{SHEET.read_text(encoding='utf-8')}</style>"


def apply_styles() -> None:
    """Put the style sheet into the page; it takes no room."""
    st.html(_sheet())
