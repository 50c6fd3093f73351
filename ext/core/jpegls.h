/* What the two halves of the JPEG-LS decoder share: jpegls_header.c reads marker segments, jpegls.c what is coded. */
#ifndef STOREJET_JPEGLS_H
#define STOREJET_JPEGLS_H

#include "core.h"

/* in: a frame; an image whose `at` is 0 (all else is set then), or where its last scan ended. out: the next scan in
 * image->scan, its coded bytes from image->at on. failure: SJ_CODED_*, with image->at where. promise: reads only the
 * frame; parameters are within what T.87 C.2.4.1.1 allows. */
sj_status sj_jpegls_next_scan(sj_jpegls *image, const uint8_t *bytes, size_t length);

/* in: an image inside a scan with restart intervals; `expected`: m of RSTm. out: image->at behind that marker.
 * failure: SJ_CODED_TRUNCATED, SJ_CODED_DAMAGED. promise: reads only the frame. */
sj_status sj_jpegls_restart(sj_jpegls *image, const uint8_t *bytes, size_t length, unsigned expected);

#endif
