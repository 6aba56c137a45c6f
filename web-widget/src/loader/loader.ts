// What a shop pastes. The whole of it stands in one function, so that the built file is a plain script.
(() => {
  document.documentElement.dataset["frontdesk"] = "";
})();
