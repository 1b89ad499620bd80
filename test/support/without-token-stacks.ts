/**
 * cdktf notes for each of its tokens where it was made, in an object that is no error; jest maps every line of that back to a source, which takes a
 * third of the time. The app leaves these notes out as well (main.ts). Errors keep their stacks.
 */
const capture = Error.captureStackTrace;
Error.captureStackTrace = (target, below) => {
  if (Object.getPrototypeOf(target) !== Object.prototype) capture(target, below);
};
