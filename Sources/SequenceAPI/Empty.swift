// The library's first file goes here.
