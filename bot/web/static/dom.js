// Elements without markup strings: what people type can only ever become text.

/** Return an element with properties, data and children; null children are left out. */
export function h(tag, properties = {}, ...children) {
  const { data, aria, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(aria ?? {})) {
    element.setAttribute(`aria-${name}`, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Return the element with the id; a missing one is a bug of the page. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/** Disable the button, run the work, enable it again whatever happens. */
export async function whileBusy(button, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}
