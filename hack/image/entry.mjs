// The entry point of the image. What Node is told is decided by the image, not by whoever may set a variable (DP13).
if (process.env.NODE_OPTIONS) {
  process.stderr.write('fairlead: NODE_OPTIONS is set, and this image does not take it. Remove it from the Pod.\n');
  process.exit(1);
}
await import('./main.js');
