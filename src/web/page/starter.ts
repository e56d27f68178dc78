/*
 * What old browsers run as well, in words that they know (ES2015): without it, the page of a browser that lacks newer
 * parts of the language says "loading" for ever. It is no module, since those are what is missing.
 */
{
  const tell = () => {
    const loading = document.getElementById("loading");
    if (loading !== null) loading.textContent = loading.getAttribute("data-too-old");
  };
  const isNew =
    "supports" in HTMLScriptElement &&
    HTMLScriptElement.supports("importmap") &&
    "toReversed" in Array.prototype;
  if (isNew) window.setTimeout(tell, 20 * 1000);
  else {
    tell();
    // The module finds no place of its own, and does nothing.
    const root = document.getElementById("console");
    if (root !== null) root.removeAttribute("id");
  }
}
