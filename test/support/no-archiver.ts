/** cdktf loads a packer of archives, which is more than half of its modules, and never calls it in the process that does (see lib/cdktf-alone.ts). */
module.exports = (): never => {
  throw new Error("Archives are packed in processes of their own.");
};
