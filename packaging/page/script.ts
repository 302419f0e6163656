/**
 * What makes a page handier, and nothing that it needs: tabs of systems, the visitor's open; buttons to copy lines. It
 * asks nobody anything and keeps nothing. The tabs follow the pattern of the ARIA Authoring Practices Guide.
 */
export const script = `
"use strict";
(() => {
  const said = document.getElementById("said");
  const make = (name, attributes, text) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };

  const visitor = () => {
    const data = navigator.userAgentData;
    const words = [data && data.platform, navigator.platform, navigator.userAgent].filter(Boolean).join(" ");
    if (/android|iphone|ipad/i.test(words)) return undefined;
    if (/win/i.test(words)) return "windows";
    if (/mac/i.test(words)) return "macos";
    return /linux|x11/i.test(words) ? "linux" : undefined;
  };

  for (const systems of document.querySelectorAll(".systems")) {
    const panels = [...systems.querySelectorAll(".system")];
    if (panels.length < 2) continue;
    const list = make("div", { role: "tablist", "aria-label": "System" }, "");
    const tabs = panels.map((panel) => {
      const title = panel.querySelector("h3");
      const tab = make("button", { type: "button", role: "tab", id: panel.id + "-tab", "aria-controls": panel.id }, title.textContent);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      list.append(tab);
      return tab;
    });
    const choose = (at, focus) => {
      tabs.forEach((tab, index) => {
        tab.setAttribute("aria-selected", String(index === at));
        tab.tabIndex = index === at ? 0 : -1;
        panels[index].hidden = index !== at;
      });
      if (focus) tabs[at].focus();
    };
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", () => choose(at, false));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        choose((to + tabs.length) % tabs.length, true);
      });
    });
    systems.prepend(list);
    systems.classList.add("tabbed");
    const own = visitor();
    choose(Math.max(0, panels.findIndex((panel) => panel.dataset.system === own)), false);
  }

  const copy = async (code) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(code.textContent);
    // Over plain HTTP there is no clipboard: the lines are selected, ready to be copied by hand.
    getSelection().selectAllChildren(code);
    throw new Error("no clipboard");
  };
  document.querySelectorAll(".lines").forEach((lines, at) => {
    const code = lines.querySelector("code");
    const button = make("button", { type: "button", "aria-label": "Copy these lines", "aria-describedby": "lines-" + at }, "Copy");
    code.id = "lines-" + at;
    button.addEventListener("click", async () => {
      const done = await copy(code).then(() => "Copied", () => "Selected");
      button.textContent = done;
      said.textContent = done === "Copied" ? "The lines are copied." : "The lines are selected.";
      setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
    });
    lines.append(button);
  });
})();
`;
