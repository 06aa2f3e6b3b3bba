/** On a page that was kept: as soon as there is a network again, the page of the town comes in its place. */

window.addEventListener("online", () => location.reload());
