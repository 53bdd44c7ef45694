// After the login form a link leads on to the route that sets the cookie; this follows it at once.
// Only such links are followed, and only to that route.
(() => {
  const follow = () => {
    const link = document.querySelector("a[data-seguir]");
    if (!link || link.dataset.seguido) return;
    const address = new URL(link.href, location.href);
    if (address.origin !== location.origin || address.pathname !== "/auth/ticket") return;
    link.dataset.seguido = "1";
    location.assign(address.href);
  };
  new MutationObserver(follow).observe(document.documentElement, { subtree: true, childList: true });
})();
