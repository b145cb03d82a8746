"use strict";
(() => {
  const byId = (name) => document.getElementById(name);
  const releases = [...document.querySelectorAll("details.release")];
  const changes = [...document.querySelectorAll("details.change")]; // that are of no release
  const search = byId("search"), found = byId("found");
  const texts = new Map(); // of each part, made when somebody searches
  byId("tools").hidden = false;

  const textOf = (part) => {
    if (!texts.has(part)) texts.set(part, part.textContent.toLowerCase());
    return texts.get(part);
  };

  // highlight marks what was found, where the browser can.
  const highlight = (those, word) => {
    if (!window.CSS || !CSS.highlights) return;
    CSS.highlights.delete("found");
    const ranges = [];
    for (const release of word ? those : []) {
      const walk = document.createTreeWalker(release, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node && ranges.length < 2000; node = walk.nextNode()) {
        const text = node.data.toLowerCase();
        if (text.length !== node.data.length) continue;
        for (let at = text.indexOf(word); at >= 0 && ranges.length < 2000; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
  };

  const opened = new Set(); // by the search, which closes them again
  const open = (details) => {
    if (!details.open) {
      details.open = true;
      opened.add(details);
    }
  };
  const find = () => {
    const word = search.value.trim().toLowerCase();
    for (const details of opened) details.open = false;
    opened.clear();
    const having = (parts) => parts.filter((part) => {
      part.hidden = word !== "" && !textOf(part).includes(word);
      return !part.hidden;
    });
    const those = having(releases), others = having(changes);
    if (word.length > 1) {
      for (const change of others) open(change);
      for (const release of those) {
        if (release.querySelector(".body").textContent.toLowerCase().includes(word)) open(release);
        for (const manifest of release.querySelectorAll("details")) {
          if (manifest.textContent.toLowerCase().includes(word)) open(manifest);
        }
      }
    }
    highlight([...others, ...those], word);
    const also = others.length === 0 ? "" : ", and so does what else changes";
    found.textContent = word === "" ? "" : `${those.length} of ${releases.length} releases have “${search.value.trim()}”${also}`;
  };

  let soon = 0;
  search.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(find, 80);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value !== "") {
      search.value = "";
      find();
    }
  });
  const all = (is) => () => {
    opened.clear();
    for (const release of releases) release.open = is;
  };
  byId("open").addEventListener("click", all(true));
  byId("close").addEventListener("click", all(false));

  // A link to a release opens it.
  const follow = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details.release")) {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus({preventScroll: true});
    }
  };
  window.addEventListener("hashchange", follow);
  for (const link of document.querySelectorAll('a[href^="#release-"]')) {
    link.addEventListener("click", () => setTimeout(follow)); // also where the address stays
  }
  follow();

  // On paper everything is open.
  let before = [];
  window.addEventListener("beforeprint", () => {
    before = [...document.querySelectorAll("details:not([open])")];
    for (const details of before) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of before) details.open = false;
  });
})();
