"""Everything a page says: its texts and what it says to who hears it, icons left out."""

import re

from playwright.sync_api import Page

# An icon of the menu is a word of a font; readers see a drawing.
COLLECT = """() => {
  const said = [];
  const walker = document.createTreeWalker(
    document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      const isIcon = parent.closest('[data-testid="stIconMaterial"]');
      const isCode = ["SCRIPT", "STYLE", "NOSCRIPT"].includes(parent.tagName);
      if (!isIcon && !isCode) said.push(node.data);
    } else {
      for (const name of ["aria-label", "title", "placeholder", "alt"])
        if (node.getAttribute(name)) said.push(node.getAttribute(name));
    }
  }
  return said.map((text) => text.trim()).filter(Boolean);
}"""
# Words of the widgets and of the builder that no Spanish page has; names of the data are not here.
FOREIGN = re.compile(
    r"\b(choose|select|selected|option|options|available|skip|content|sidebar|close|open|clear|"
    r"remove|page|pages|loading|running|connecting|error|help|search|filter|download|upload|submit|"
    r"cancel|previous|next|month|year|day|today|date|calendar|settings|deploy|rerun|"
    r"streamlit|plotly|snowflake|powered|made with)\b",
    re.IGNORECASE,
)


def texts_of(page: Page) -> list[str]:
    """The texts of a page as it stands."""
    found: list[str] = page.evaluate(COLLECT)
    return found


def foreign_texts(page: Page) -> list[str]:
    """The texts with an English word or a trace of the builder in them, title included."""
    return sorted({text for text in [*texts_of(page), page.title()] if FOREIGN.search(text)})
