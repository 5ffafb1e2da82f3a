// Only its presence counts: without it, Go finds no import path that ends in a version (GO111MODULE=off).
module parley/interop
