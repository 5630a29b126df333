/** The sample of docs/conversion.md, and its test. */
package com.example.crontabs;
