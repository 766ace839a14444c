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

// What went wrong stays until something went well; a server that is not reached cannot say so itself.
const troubled = (text) => {
  const line = document.createElement("p");
  line.className = "trouble";
  line.setAttribute("role", "alert");
  line.textContent = text;
  document.getElementById("trouble").replaceChildren(...(text ? [line] : []));
};
document.addEventListener("htmx:sendError", () => troubled("The server cannot be reached. Nothing was sent; try again in a moment."));
document.addEventListener("htmx:beforeRequest", () => troubled(""));

// Where the conversation scrolls by itself, its end stays in view.
const follow = () => {
  const log = conversation();
  const latest = document.getElementById("latest");
  if (log && latest && log.scrollHeight > log.clientHeight) log.scrollTop = latest.offsetTop - log.offsetTop;
};
document.addEventListener("htmx:afterSettle", follow);
window.addEventListener("load", follow);

// Of tabs that scroll the current one is in view.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A slider moves the number beside it by powers of ten; the number is what counts.
document.addEventListener("input", (event) => {
  const name = event.target.dataset?.slides;
  if (!name) return;
  const number = Number((10 ** (event.target.value / 100)).toPrecision(2));
  document.getElementById(name).value = number;
  event.target.setAttribute("aria-valuetext", number);
});

// A picture as PNG, drawn here; what a view shows, on paper.
const png = async (address) => {
  const svg = await (await fetch(address)).text();
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = address.split("?")[0].split("/").pop().replace(/svg$/, "png");
  link.click();
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-png], [data-print]");
  if (button?.dataset.png) png(button.dataset.png);
  else if (button) window.print();
});
