// Starts the program. It stands in a file of its own because the page allows no inline script.
import start from "/frontend.js";

const waiting = document.getElementById("waiting");

start({ module_or_path: "/frontend_bg.wasm" }).then(
  () => waiting.remove(),
  (error) => {
    console.error(error);
    waiting.setAttribute("role", "alert");
    waiting.textContent = "RealGuardIO could not be opened in this browser. Reload the page; if that does not help, update the browser.";
  },
);
