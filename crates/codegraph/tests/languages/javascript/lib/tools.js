exports.trim = function (text) {
  return clean(text);
};

function clean(text) {
  return text;
}

module.exports.clean = clean;
