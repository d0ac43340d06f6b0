// Empty does nothing: what a Go process costs before it does anything.
package main

func main() {}
