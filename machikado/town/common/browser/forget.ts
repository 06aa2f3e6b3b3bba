/** Signing out takes from this machine what pages had kept on it: drafts and answers that wait for a connection. */

const OURS = "machikado.";

function forget(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(OURS)) localStorage.removeItem(key);
  } catch {
    // storage is closed to us: then nothing was kept
  }
}

export function watchSignOut(): void {
  document.addEventListener("submit", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-sign-out]")) forget();
  });
}
