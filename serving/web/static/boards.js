// Puts each picture into the page, where its bars are links and its colours the page's, and shows a new snapshot when there is one.
const NARROW = 460;

async function draw(figure) {
  const address = new URL(figure.dataset.src, location.href);
  if (figure.clientWidth < NARROW) address.searchParams.set("size", "narrow");
  const answer = await fetch(address);
  if (!answer.ok) {
    figure.textContent = "The chart could not be drawn; its figures are in the table below.";
    return;
  }
  const picture = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  picture.setAttribute("role", "group");
  figure.replaceChildren(document.adoptNode(picture));
  figure.dataset.drawn = "yes";
}

for (const figure of document.querySelectorAll("figure[data-src]")) draw(figure);

for (const choice of document.querySelectorAll(".filters select")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
// What was not chosen has no place in the address: a link says only what it filters by.
document.querySelector(".filters")?.addEventListener("submit", (event) => {
  const form = event.currentTarget;
  const dates = [...form.querySelectorAll("input[type=date]")];
  const untouched = dates.every((field) => field.value === field.defaultValue);
  for (const field of form.elements) {
    if (field.name && (!field.value || (untouched && field.type === "date"))) field.disabled = true;
  }
  const asked = new URLSearchParams(location.search);
  if (untouched) {
    for (const name of ["days", "from", "to"]) {
      if (!asked.has(name)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value: asked.get(name) });
      form.append(field);
    }
  }
});

const edition = document.body.dataset.edition;
const events = new EventSource("/api/v1/events");
events.addEventListener("snapshot", (event) => {
  if (event.lastEventId && event.lastEventId !== edition) location.reload();
});
