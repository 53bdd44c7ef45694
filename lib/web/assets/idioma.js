// The page speaks Colombian Spanish whatever the browser's language: calendars and numbers follow
// navigator.language, and the few fixed English words of the widgets are replaced as they appear.
(() => {
  window.prerenderReady = false;
  for (const [name, value] of [["language", "es-CO"], ["languages", ["es-CO", "es"]]]) {
    Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
  }
  const words = new Map([
    ["No results", "Sin resultados"],
    ["Select all", "Seleccionar todo"],
    ["Clear all", "Quitar todo"],
    ["Clear value", "Quitar valor"],
    ["Clear date", "Quitar fecha"],
    ["Choose date", "Elegir fecha"],
    ["Selected values", "Valores elegidos"],
    ["Multiselect options", "Opciones"],
    ["Selectbox options", "Opciones"],
    ["Connecting", "Conectando"],
    ["CONNECTING", "CONECTANDO"],
    ["Running...", "Actualizando…"],
    ["Failed to generate file for download", "No pudimos preparar el archivo. Inténtalo en un minuto."],
    ["Connection error", "Sin conexión"],
    ["Is Streamlit still running?", "Intentando conectar de nuevo…"],
    ["Open", "Abrir"],
    ["Close", "Cerrar"],
    ["App pages", "Páginas"],
    ["Choose an option", "Elige una opción"],
    ["Choose options", "Elige opciones"],
    ["Logo", "Logotipo"],
    ["Sidebar", "Menú"],
    ["Skip to main content", "Ir al contenido"],
    ["Copy to clipboard", "Copiar"],
    ["Next month", "Mes siguiente"],
    ["Previous month", "Mes anterior"],
    ["Navigate to home page", "Ir al inicio"],
    ["Expand sidebar", "Abrir el menú"],
    ["Collapse sidebar", "Cerrar el menú"],
  ]);
  const phrases = [
    [/^Help for (.*)$/, "Ayuda sobre $1"],
    [/^Remove (.*)$/, "Quitar $1"],
    [/^(\d+) options? available\.$/, "$1 opciones."],
    [/^Selected Date: .*$/, "Fecha elegida"],
    [/^Choose date, .*$/, "Elegir fecha"],
    [/^day, (.*)$/, "día, $1"],
    [/^month, (.*)$/, "mes, $1"],
    [/^year, (.*)$/, "año, $1"],
  ];
  const spanish = (text) => {
    if (!text) return null;
    const whole = words.get(text.trim());
    if (whole) return whole;
    const [pattern, form] = phrases.find(([one]) => one.test(text.trim())) ?? [];
    return pattern ? text.trim().replace(pattern, form) : null;
  };
  const attributes = ["aria-label", "title", "placeholder", "alt"];
  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const found = spanish(node.data);
      if (found) node.data = found;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node instanceof SVGElement) return;
    for (const name of attributes) {
      const found = spanish(node.getAttribute(name));
      if (found) node.setAttribute(name, found);
    }
    node.childNodes.forEach(translate);
  };
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else translate(change.target);
    }
  });
  observer.observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: attributes,
  });
})();
