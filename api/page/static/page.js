// What the page does beyond htmx; everything works without this file.
const conversation = () => document.getElementById("conversation");

// Enter sends the message, Shift+Enter starts a new line.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (box.id !== "text" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (box.value.trim()) box.form.requestSubmit();
});

// Of the exchanges only the newest is the anchor "latest".
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 200 && requestConfig.verb === "post") document.getElementById("latest")?.removeAttribute("id");
});

// Where the conversation scrolls by itself, its end stays in view.
const follow = () => {
  const log = conversation();
  const latest = document.getElementById("latest");
  if (log && latest && log.scrollHeight > log.clientHeight) log.scrollTop = latest.offsetTop - log.offsetTop;
};
document.addEventListener("htmx:afterSettle", follow);
window.addEventListener("load", follow);
