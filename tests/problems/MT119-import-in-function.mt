run() = {
    import "other.mt"
    1
}
