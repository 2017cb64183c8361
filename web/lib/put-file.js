/**
 * Puts a file where a link says. `fetch` cannot say how far it is.
 *
 * @param {File} file
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {(sent: number) => void} onProgress 0…1
 * @returns {{abort: () => void, done: Promise<void>}} `done` fails with the status of the answer, 0 when none came, and
 *   the code of its body
 */
export function putFile(file, url, headers, onProgress) {
  const request = new XMLHttpRequest();
  request.open("PUT", url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, String(value));
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
  /** @type {Promise<void>} */
  const done = new Promise((resolve, reject) => {
    request.onload = () => (request.status < 300 ? resolve() : reject(refusalOf(request)));
    request.onerror = request.onabort = () => reject({ status: 0 });
  });
  request.send(file);
  return { abort: () => request.abort(), done };
}

/** @param {XMLHttpRequest} request */
function refusalOf({ status, responseText }) {
  try {
    return { status, code: JSON.parse(responseText).code };
  } catch {
    return { status };
  }
}
