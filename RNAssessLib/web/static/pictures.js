// Pictures from the server onto the page. Those of one change come in one message and appear in one
// frame: the browser decodes aside and paints once, and linked views never show two slices.
(function () {
  const TOPIC = "rnassess.pictures"; // web/hanging/frames.py
  let session = null, arrived = 0;
  const newest = new WeakMap(); // canvas -> number of the message that it shows

  const decode = async ({ name, content }) => {
    const canvas = document.querySelector(`.rn-picture[data-area="${name}"]`);
    return canvas && [canvas, await createImageBitmap(new Blob([content], { type: "image/jpeg" }))];
  };
  const put = (canvas, bitmap) => {
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height)
      Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
    canvas.dataset.shown = "1";
    canvas.dispatchEvent(new Event("load")); // as an img does
  };
  const show = async ([{ pictures }]) => {
    const number = ++arrived;
    for (const made of await Promise.all(pictures.map(decode))) {
      if (!made) continue;
      const [canvas, bitmap] = made;
      if (number < (newest.get(canvas) || 0)) { bitmap.close(); continue; } // overtaken while decoded
      newest.set(canvas, number);
      put(canvas, bitmap);
    }
  };

  // The page connects after this script runs, and again when the connection was lost.
  const listen = () => {
    const now = window.trame?.client?.getConnection()?.getSession();
    if (!now || now === session) return;
    session = now;
    session.subscribe(TOPIC, show);
    for (const { dataset } of document.querySelectorAll(".rn-picture")) session.call("trame.rca.reset", [dataset.area]);
  };
  setInterval(listen, 200);
})();
