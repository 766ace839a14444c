// Enter sends the message, Shift+Enter starts a new line. Everything else works without this file.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (box.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (box.value.trim()) box.form.requestSubmit();
});
// Of the exchanges only the newest is the anchor "latest".
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 200) document.getElementById("latest")?.removeAttribute("id");
});
